# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in let a = d "a"; in [ a a (a // { }) (a // { x = 1; }) ]

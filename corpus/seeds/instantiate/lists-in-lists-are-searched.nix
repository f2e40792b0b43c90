# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in [ (d "a") [ (d "b") { c = d "c"; } ] ]

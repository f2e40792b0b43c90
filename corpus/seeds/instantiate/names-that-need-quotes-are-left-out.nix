# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { a = d "a"; "b.c" = throw "no"; "0" = throw "no"; "+" = throw "no"; "c+" = d "c"; }

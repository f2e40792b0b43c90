# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { b = d "b"; a = d "a"; B = d "B"; }

# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { a = [ (d "a") ]; b = { recurseForDerivations = true; c = [ (d "c") ]; }; }

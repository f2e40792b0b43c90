# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { a = { x = throw "no"; }; b = { recurseForDerivations = true; x = d "x"; }; c = { recurseForDerivations = false; x = throw "no"; }; }

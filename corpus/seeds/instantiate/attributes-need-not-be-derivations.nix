# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { a = 1; b = x: x; c = d "c"; e = null; }

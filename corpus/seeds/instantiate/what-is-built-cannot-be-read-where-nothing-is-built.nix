# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in d (builtins.readFile "${d "b"}/x")

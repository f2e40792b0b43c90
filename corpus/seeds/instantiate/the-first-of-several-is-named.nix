# instantiate:
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; outputs = [ "out" "dev" ]; }; in builtins.readFile (d "b" + "/" + d "a" + (d "c").dev)

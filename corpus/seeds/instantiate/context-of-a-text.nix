# instantiate:
let x = builtins.appendContext "" { "${builtins.toFile "x" "y"}" = { path = true; }; }; in builtins.seq x (derivation { name = "a"; builder = x; system = "y"; })

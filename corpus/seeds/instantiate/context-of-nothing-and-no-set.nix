# instantiate:
let x = builtins.appendContext "" { "/nix/store/00000000000000000000000000000000-a" = 0; }; in builtins.seq x (derivation { name = "a"; builder = x; system = "y"; })

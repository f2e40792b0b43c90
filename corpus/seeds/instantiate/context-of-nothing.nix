# instantiate:
let x = builtins.appendContext "" { "/nix/store/00000000000000000000000000000000-a" = { }; }; in builtins.seq x (derivation { name = "a"; builder = x; system = "y"; })

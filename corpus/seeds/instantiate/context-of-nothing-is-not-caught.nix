# instantiate:
let x = builtins.tryEval (builtins.appendContext "" { "/nix/store/00000000000000000000000000000000-a" = { }; }); in builtins.seq x.success (derivation { name = "a"; builder = x.success; system = "y"; })

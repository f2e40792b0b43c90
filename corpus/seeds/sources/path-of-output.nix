builtins.path { path = (derivation { name = "x"; system = "s"; builder = "b"; }).outPath; }

builtins.toFile "c" (derivation { name = "x"; system = "s"; builder = "b"; })

builtins.toFile "b" (derivation { name = "n"; system = "s"; builder = "b"; }).drvPath

let f = builtins.toFile "f" "text"; in (derivation { name = "n"; system = "s"; builder = f; }).drvPath

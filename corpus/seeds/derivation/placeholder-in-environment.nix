(derivation { name = "n"; system = "s"; builder = "b"; p = builtins.placeholder "out"; }).drvPath

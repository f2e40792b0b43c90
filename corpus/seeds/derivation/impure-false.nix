(derivation { name = "n"; system = "s"; builder = "b"; __impure = false; }).drvPath

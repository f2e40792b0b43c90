(derivation { name = "n"; system = "s"; builder = "b"; src = ./dir; }).drvPath

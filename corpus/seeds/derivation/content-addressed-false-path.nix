(derivation { name = "n"; system = "s"; builder = "b"; __contentAddressed = false; }).drvPath

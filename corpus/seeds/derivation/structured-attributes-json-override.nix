(derivation { name = "n"; system = "s"; builder = "b"; __json = "x"; }).drvPath

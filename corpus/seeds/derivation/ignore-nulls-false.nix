(derivation { name = "n"; system = "s"; builder = "b"; __ignoreNulls = false; x = null; }).drvPath

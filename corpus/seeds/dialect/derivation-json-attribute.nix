builtins.tryEval (derivation { name = "n"; system = "s"; builder = "b"; __json = "{}"; }).drvPath

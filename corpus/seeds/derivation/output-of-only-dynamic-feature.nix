# features: dynamic-derivations
builtins.outputOf (derivation { name = "x"; system = "s"; builder = "/b"; }).drvPath "out"

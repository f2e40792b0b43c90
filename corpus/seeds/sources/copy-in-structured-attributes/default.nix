(derivation { name = "x"; system = "s"; builder = "b"; __structuredAttrs = true; src = [ ./t ./t/a ]; }).drvPath

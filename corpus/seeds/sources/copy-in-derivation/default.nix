(derivation { name = "x"; system = "s"; builder = ./t/x; args = [ ./t ]; src = ./t; }).drvPath

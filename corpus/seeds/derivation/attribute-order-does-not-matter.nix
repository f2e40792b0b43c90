(derivation { name = "n"; system = "s"; builder = "b"; a = 1; z = 2; }).drvPath == (derivation { z = 2; builder = "b"; a = 1; system = "s"; name = "n"; }).drvPath

(derivation { name = "n"; system = "s"; builder = "b"; i = 1; t = true; f = false; z = null; fl = 1.5; l = [ 1 "two" [ 3 ] ]; e = ""; }).drvPath

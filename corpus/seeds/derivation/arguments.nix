(derivation { name = "n"; system = "s"; builder = "b"; args = [ "-c" 1 true "x y" ]; }).drvPath

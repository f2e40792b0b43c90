let a = derivation { name = "a"; system = "s"; builder = "b"; }; in (derivation { name = "n"; system = "s"; builder = "b"; args = [ a a.drvPath ]; }).drvPath

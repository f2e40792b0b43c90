let a = derivation { name = "a"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }; in (derivation { name = "n"; system = "s"; builder = "b"; x = a.dev; }).drvPath

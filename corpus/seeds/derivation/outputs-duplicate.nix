(derivation { name = "n"; system = "s"; builder = "b"; outputs = [ "out" "out" ]; }).outPath

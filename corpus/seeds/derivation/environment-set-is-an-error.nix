(derivation { name = "n"; system = "s"; builder = "b"; a = { x = 1; }; }).outPath

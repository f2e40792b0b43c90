derivationStrict { name = "n"; system = "s"; builder = "b"; outputs = 1; }

derivationStrict { name = "n"; system = "s"; builder = "b"; outputs = [ "a b" ]; }

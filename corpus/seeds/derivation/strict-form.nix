derivationStrict { name = "n"; system = "s"; builder = "b"; }

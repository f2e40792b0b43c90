derivationStrict { name = "n"; system = "s"; }

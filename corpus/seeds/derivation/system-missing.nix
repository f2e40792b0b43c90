derivationStrict { name = "n"; builder = "b"; }

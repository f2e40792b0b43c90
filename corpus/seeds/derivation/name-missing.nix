derivationStrict { system = "s"; builder = "b"; }

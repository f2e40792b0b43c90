(derivationStrict { name = "x"; system = "s"; builder = "/b"; outputs = " a\tb\n c\r"; }).c

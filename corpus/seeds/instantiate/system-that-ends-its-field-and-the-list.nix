# instantiate:
derivation { name = "a"; builder = "b"; system = "\",\"x\",[],["; }

# instantiate:
derivation { name = "a"; builder = 0; system = "\\"; }

# instantiate:
derivation { name = "a"; builder = "b"; system = "a\\b"; }

# instantiate:
(derivation { name = "a"; builder = "b"; system = "\"s\""; }).all

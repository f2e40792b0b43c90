# instantiate:
{ x = builtins.tryEval (derivation { name = "a"; builder = derivation { system = "\""; name = "a"; builder = 0; }; system = 0; }).drvPath; }

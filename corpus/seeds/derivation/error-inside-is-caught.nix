(builtins.tryEval (derivation { name = "n"; system = "s"; builder = "b"; x = throw "x"; }).outPath).success

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = 1.5; b = 1.0e10; c = 1.0e-10; d = -0.0; })).drvPath

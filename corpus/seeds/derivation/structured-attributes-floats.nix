(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = 1.5; b = 1.0; c = 1.0e300; d = -0.0; e = 0.1; f = 1.0e20; g = 123456789.123; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = 1.0e200 * 1.0e200; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; system = 1; })).drvPath

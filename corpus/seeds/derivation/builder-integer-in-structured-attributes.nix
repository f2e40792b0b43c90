(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; builder = 1; })).drvPath

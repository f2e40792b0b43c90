(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = false; })).drvPath

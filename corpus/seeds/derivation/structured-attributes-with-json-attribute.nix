(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; __json = "x"; })).drvPath

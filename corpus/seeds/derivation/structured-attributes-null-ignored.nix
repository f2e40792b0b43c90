(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = null; __ignoreNulls = true; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __ignoreNulls = true; __structuredAttrs = true; a = { b = null; }; c = null; })).drvPath

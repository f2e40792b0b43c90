(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __json = null; __ignoreNulls = true; })).drvPath

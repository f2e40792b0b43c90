(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { args = null; __ignoreNulls = true; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { builder = null; __ignoreNulls = true; })).drvPath

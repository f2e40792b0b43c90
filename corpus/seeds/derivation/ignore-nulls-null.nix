(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __ignoreNulls = null; a = null; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __ignoreNulls = true; name = null; })).drvPath

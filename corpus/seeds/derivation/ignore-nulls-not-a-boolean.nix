(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __ignoreNulls = 1; })).drvPath

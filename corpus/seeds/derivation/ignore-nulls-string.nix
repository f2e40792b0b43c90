(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __ignoreNulls = "true"; a = null; })).drvPath

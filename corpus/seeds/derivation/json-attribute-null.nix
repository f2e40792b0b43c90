(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __json = null; })).drvPath

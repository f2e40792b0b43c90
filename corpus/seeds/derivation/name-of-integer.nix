(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = 1; })).drvPath

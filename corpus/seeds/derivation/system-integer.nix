(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { system = 1; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { system = null; })).drvPath

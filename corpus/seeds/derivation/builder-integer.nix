(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { builder = 1; })).drvPath

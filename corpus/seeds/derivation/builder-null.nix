(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { builder = null; })).drvPath

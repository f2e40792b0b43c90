(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "-a"; })).drvPath

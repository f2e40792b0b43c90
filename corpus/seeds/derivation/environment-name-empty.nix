(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { "" = "x"; })).drvPath

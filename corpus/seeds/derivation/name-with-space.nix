(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "a b"; })).drvPath

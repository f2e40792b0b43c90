(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { args = "a b"; })).drvPath

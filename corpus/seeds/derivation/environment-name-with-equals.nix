(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { "a=b" = "x"; })).drvPath

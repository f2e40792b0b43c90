(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = ".drv"; })).drvPath

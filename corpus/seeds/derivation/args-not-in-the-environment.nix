((derivation ({ name = "x"; system = "s"; builder = "/b"; } // { args = [ "a" ]; })).drvPath == (derivation { name = "x"; system = "s"; builder = "/b"; }).drvPath)

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { args = [ (x: x) ]; })).drvPath

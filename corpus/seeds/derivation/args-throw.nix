(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { args = [ "a" (throw "t") ]; })).drvPath

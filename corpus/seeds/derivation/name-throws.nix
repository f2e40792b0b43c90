(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = throw "n"; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = throw "a"; b = throw "b"; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = ./does-not-exist; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = { outPath = [ 1 2 ]; }; })).drvPath

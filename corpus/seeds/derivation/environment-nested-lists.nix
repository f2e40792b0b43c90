(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = [ 1 [ 2 [ ] 3 ] [ ] null true false "" 1.5 ]; })).drvPath

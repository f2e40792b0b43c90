(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { args = [ 1 1.5 null true false [ "a" [ "b" ] ] { outPath = "x"; } "" ]; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { system = builtins.toFile "b" "#!"; })).drvPath

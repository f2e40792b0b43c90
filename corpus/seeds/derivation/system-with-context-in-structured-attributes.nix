(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; system = builtins.toFile "b" "#!"; })).drvPath

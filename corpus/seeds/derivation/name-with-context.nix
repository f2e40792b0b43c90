(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "${builtins.toFile "a" ""}"; })).drvPath

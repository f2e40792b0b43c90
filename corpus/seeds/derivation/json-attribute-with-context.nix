(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __json = "{\"a\":\"${builtins.toFile "a" "b"}\"}"; })).drvPath

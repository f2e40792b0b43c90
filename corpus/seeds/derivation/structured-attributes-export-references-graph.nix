(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; exportReferencesGraph.g = [ (builtins.toFile "a" "b") ]; })).drvPath

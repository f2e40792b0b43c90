(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; ${builtins.substring 0 1 "é"} = 1; })).drvPath

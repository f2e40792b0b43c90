(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; a = builtins.substring 0 1 "é"; })).drvPath

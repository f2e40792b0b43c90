(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { v = builtins.substring 0 1 "é"; })).drvPath

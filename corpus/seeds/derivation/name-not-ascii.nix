(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "é"; })).drvPath

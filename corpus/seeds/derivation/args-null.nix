(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { args = null; })).drvPath

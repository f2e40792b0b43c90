(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { exportReferencesGraph = [ "g" ]; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "builder" "out" ]; })).drvPath

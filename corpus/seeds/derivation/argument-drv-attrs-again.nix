let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "a" "b" ]; })); in (derivation d.drvAttrs).drvPath == d.drvPath

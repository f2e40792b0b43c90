let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = "out dev"; })); in d.drvPath

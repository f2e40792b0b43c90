let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "out" "dev" ]; a = 1; })); in (derivation { name = throw "n"; }).outPath

let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "out" "dev" ]; a = 1; })); in { type = "derivation"; a = 1; } == { type = "derivation"; a = 1; }

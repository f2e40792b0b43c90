let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "out" "dev" ]; a = 1; })); in { type = 1; outPath = "a"; } == { type = "derivation"; outPath = "a"; }

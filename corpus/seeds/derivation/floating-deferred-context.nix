# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = true; })); e = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = d; outputs = [ "x" "y" ]; })); in [ (builtins.getContext e.outPath) e.y.outPath ]

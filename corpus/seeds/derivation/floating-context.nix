# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = true; })); in [ (builtins.getContext d.outPath) (builtins.getContext d.drvPath) ]

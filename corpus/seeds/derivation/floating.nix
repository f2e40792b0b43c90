# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = true; outputs = [ "out" "dev" ]; })); in [ d.drvPath d.outPath d.dev.outPath ]

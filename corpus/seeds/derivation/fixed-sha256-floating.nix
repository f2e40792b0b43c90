# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha256"; __contentAddressed = true; })); in [ d.drvPath d.outPath ]

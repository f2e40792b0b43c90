# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha1"; __contentAddressed = true; })); in [ d.drvPath d.outPath ]

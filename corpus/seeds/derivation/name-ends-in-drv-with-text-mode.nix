# features: dynamic-derivations ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "x.drv"; outputHashMode = "text"; outputHashAlgo = "sha256"; __contentAddressed = true; })); in [ d.drvPath d.outPath ]

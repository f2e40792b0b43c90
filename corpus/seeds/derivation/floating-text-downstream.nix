# features: ca-derivations dynamic-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "a.drv"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; })); e = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = d; })); in [ d.outPath e.drvPath e.outPath ]

# features: ca-derivations
let d = derivation { name = "n"; system = "s"; builder = "b"; __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; }; in [ d.drvPath d.outPath ]

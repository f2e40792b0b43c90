# features: ca-derivations dynamic-derivations git-hashing
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashMode = " flat"; __contentAddressed = true; })); in [ d.drvPath d.outPath ]

# features: ca-derivations dynamic-derivations git-hashing
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashMode = "Recursive"; __contentAddressed = true; })); in [ d.drvPath d.outPath ]

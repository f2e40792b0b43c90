# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = true; })); e = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "e"; __contentAddressed = true; a = d; })); in [ e.drvPath e.outPath ]

# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = true; })); e = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "e"; a = d; })); f = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "f"; a = e; })); in [ e.drvPath e.outPath f.drvPath f.outPath ]

# features: impure-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __impure = true; outputs = [ "a" "b" ]; })); e = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { x = d; })); in [ d.drvPath d.outPath d.b.outPath e.drvPath e.outPath ]

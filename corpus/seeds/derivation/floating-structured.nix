# features: ca-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __structuredAttrs = true; __contentAddressed = true; outputs = [ "a" "b" ]; })); in [ d.drvPath d.outPath d.b.outPath ]

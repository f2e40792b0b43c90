# features: dynamic-derivations ca-derivations
let d = (derivation { name = "x"; system = "s"; builder = "/b"; }); o = builtins.outputOf d.outPath "out"; in o

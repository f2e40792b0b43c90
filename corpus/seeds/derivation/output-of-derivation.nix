# features: dynamic-derivations ca-derivations
let d = (derivation { name = "x"; system = "s"; builder = "/b"; }); o = builtins.outputOf d.drvPath "out"; in [ (o == d.outPath) o (builtins.getContext o) ]

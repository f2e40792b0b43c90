# features: dynamic-derivations ca-derivations
let d = (derivation { name = "x"; system = "s"; builder = "/b"; }); o = builtins.outputOf (builtins.unsafeDiscardOutputDependency d.drvPath) "out"; in [ (o == d.outPath) o ]

# features: dynamic-derivations ca-derivations
let d = (derivation { name = "x"; system = "s"; builder = "/b"; }); in builtins.outputOf d.drvPath 1

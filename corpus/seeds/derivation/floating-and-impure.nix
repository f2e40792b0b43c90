# features: ca-derivations impure-derivations
(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = true; __impure = true; })).drvPath

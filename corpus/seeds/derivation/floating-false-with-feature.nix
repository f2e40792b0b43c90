# features: ca-derivations
(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = false; __impure = false; })).drvPath

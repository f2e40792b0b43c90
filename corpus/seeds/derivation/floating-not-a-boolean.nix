# features: ca-derivations
(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __contentAddressed = 1; })).drvPath

# features: dynamic-derivations ca-derivations
(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "x.drv"; outputHashMode = "text"; outputHashAlgo = "sha256"; __contentAddressed = true; outputs = [ "out" "b" ]; })).drvPath

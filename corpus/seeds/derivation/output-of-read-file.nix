# features: dynamic-derivations ca-derivations
let p = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = "p.drv"; __contentAddressed = true; outputHashMode = "text"; outputHashAlgo = "sha256"; })); o = builtins.outputOf p.outPath "out"; in builtins.readFile o

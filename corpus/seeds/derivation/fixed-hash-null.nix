let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha256"; outputHash = null; })); in [ d.drvPath d.outPath ]

let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha256"; })); in [ d.drvPath d.outPath ]

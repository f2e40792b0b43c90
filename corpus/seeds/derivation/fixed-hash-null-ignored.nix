let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha256"; outputHash = null; __ignoreNulls = true; })); in [ d.drvPath d.outPath ]

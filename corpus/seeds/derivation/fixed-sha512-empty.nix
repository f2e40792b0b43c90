let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha512"; outputHash = ""; })); in [ d.drvPath d.outPath ]

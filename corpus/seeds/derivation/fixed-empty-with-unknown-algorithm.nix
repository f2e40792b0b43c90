let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHash = ""; outputHashAlgo = "x"; })); in [ d.drvPath d.outPath ]

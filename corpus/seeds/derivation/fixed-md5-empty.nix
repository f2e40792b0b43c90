let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "md5"; outputHash = ""; })); in [ d.drvPath d.outPath ]

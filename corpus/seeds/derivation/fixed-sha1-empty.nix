let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha1"; outputHash = ""; })); in [ d.drvPath d.outPath ]

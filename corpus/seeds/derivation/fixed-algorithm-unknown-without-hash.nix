let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "x"; })); in [ d.drvPath d.outPath ]

let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHash = ""; })); in [ d.drvPath d.outPath ]

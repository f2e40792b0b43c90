let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHash = "sha3-AAAA"; })); in [ d.drvPath d.outPath ]

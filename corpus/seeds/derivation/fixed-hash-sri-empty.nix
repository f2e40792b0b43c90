let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHash = "sha256-"; })); in [ d.drvPath d.outPath ]

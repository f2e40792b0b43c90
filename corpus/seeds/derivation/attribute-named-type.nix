let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { type = "x"; })); in [ d.type d.drvPath ]

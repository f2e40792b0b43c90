let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha1"; outputHash = "sha1:89mdw2scmz2v4lbgim10j9ilg28myay2"; })); in [ d.drvPath d.outPath ]

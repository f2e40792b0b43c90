let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha1"; outputHash = "sha1:c22b5f9178342609428d6f51b2c5af4c0bde6a42"; })); in [ d.drvPath d.outPath ]

let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha1"; outputHash = "C22B5F9178342609428D6F51B2C5AF4C0BDE6A42"; })); in [ d.drvPath d.outPath ]

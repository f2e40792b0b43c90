# features: git-hashing
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashMode = "git"; outputHashAlgo = "md5"; outputHash = "49f68a5c8493ec2c0bf489821c21fc3b"; })); in [ d.drvPath d.outPath ]

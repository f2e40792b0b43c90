let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "md5"; outputHash = "md5:49f68a5c8493ec2c0bf489821c21fc3b"; })); in [ d.drvPath d.outPath ]

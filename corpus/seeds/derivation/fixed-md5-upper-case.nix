let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "md5"; outputHash = "49F68A5C8493EC2C0BF489821C21FC3B"; })); in [ d.drvPath d.outPath ]

let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "md5"; outputHash = "md5:1vzhhir0l9yh5jrv4khif8mxj9"; })); in [ d.drvPath d.outPath ]

# features: blake3-hashes
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "blake3"; outputHash = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"; })); in [ d.drvPath d.outPath ]

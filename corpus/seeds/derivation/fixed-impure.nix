# features: impure-derivations
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __impure = true; outputHash = "sha256-j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ="; })); in [ d.drvPath d.outPath ]

let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashMode = "git"; outputHash = "sha256-j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ="; })); in [ d.drvPath d.outPath ]

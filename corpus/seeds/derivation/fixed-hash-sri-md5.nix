let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHash = "md5-SfaKXIST7CwL9ImCHCH8Ow=="; })); in [ d.drvPath d.outPath ]

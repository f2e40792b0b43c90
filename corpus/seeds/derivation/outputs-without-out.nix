let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "lib" "dev" ]; })); in [ d.drvPath d.outPath d.outputName d.dev.outputName d.lib.drvPath ]

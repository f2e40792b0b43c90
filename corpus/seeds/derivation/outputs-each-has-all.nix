let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "b" "a" ]; })); in [ (map (x: x.outputName) d.a.all) d.b.a.b.outPath (d.a.b.drvPath == d.drvPath) ]

let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputs = [ "out" "foo" ]; foo = "1"; })); in [ d.drvPath (toString d.foo) d.foo.outPath ]

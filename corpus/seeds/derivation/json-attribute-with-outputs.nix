let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { __json = "{\"outputs\":[\"a\",\"b\"]}"; })); in [ d.drvPath d.outPath ]

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { passAsFile = [ "a" "b" ]; a = "1"; b = "2"; })).drvPath

let l = [ l ]; in (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { a = l; })).drvPath

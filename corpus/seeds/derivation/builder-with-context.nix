let b = builtins.toFile "b" "#!"; d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { builder = b; })); in [ d.drvPath (builtins.attrNames (builtins.getContext d.drvPath)) ]

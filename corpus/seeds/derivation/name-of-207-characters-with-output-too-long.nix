(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = builtins.concatStringsSep "" (builtins.genList (x: "a") 207); outputs = [ "longest" ]; })).drvPath

(derivation ({ name = "x"; system = "s"; builder = "/b"; } // { name = builtins.concatStringsSep "" (builtins.genList (x: "a") 211); })).drvPath

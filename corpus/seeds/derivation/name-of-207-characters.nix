builtins.stringLength (derivation { name = builtins.concatStringsSep "" (builtins.genList (i: "a") 207); system = "s"; builder = "b"; }).outPath

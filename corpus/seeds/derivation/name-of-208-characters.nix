(derivation { name = builtins.concatStringsSep "" (builtins.genList (i: "a") 208); system = "s"; builder = "b"; }).outPath

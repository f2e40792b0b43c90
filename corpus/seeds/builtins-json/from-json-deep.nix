builtins.fromJSON (builtins.concatStringsSep "" (builtins.genList (i: "[") 50 ++ builtins.genList (i: "]") 50)) != [ ]

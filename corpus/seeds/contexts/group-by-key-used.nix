builtins.length (builtins.attrValues (builtins.groupBy (x: builtins.toFile "a" "1") [ 1 ]))

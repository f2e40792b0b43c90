builtins.groupBy (x: builtins.toFile "a" "1") [ ]

builtins.removeAttrs { } [ (builtins.toFile "a" "1") ]

builtins.stringLength (builtins.toFile "a" "1")

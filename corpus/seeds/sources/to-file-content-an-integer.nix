builtins.toFile "c" 1

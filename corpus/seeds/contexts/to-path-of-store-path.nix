builtins.toPath (builtins.toFile "a" "1")

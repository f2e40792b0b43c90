builtins.pathExists (builtins.toFile "a" "contents")

builtins.hasContext (dirOf (builtins.toFile "a" "1"))

let a = builtins.toFile "a" "1"; in builtins.match a a

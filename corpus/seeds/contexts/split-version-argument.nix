let a = builtins.toFile "a" "1"; in builtins.length (builtins.splitVersion a)

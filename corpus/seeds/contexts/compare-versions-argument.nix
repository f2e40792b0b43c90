let a = builtins.toFile "a-1" "1"; in builtins.compareVersions a a

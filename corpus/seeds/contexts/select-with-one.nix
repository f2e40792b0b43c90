let a = builtins.toFile "a" "1"; in { }.${a} or "default"

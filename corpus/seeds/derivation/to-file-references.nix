let a = builtins.toFile "a" "1"; in builtins.toFile "b" "refers to ${a}"

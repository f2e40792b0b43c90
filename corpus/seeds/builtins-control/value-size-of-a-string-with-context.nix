let x = builtins.toFile "a" "b"; in builtins.seq x (builtins.valueSize x)

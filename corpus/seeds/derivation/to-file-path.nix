[ (builtins.toFile "a" "text") (builtins.toFile "a" "") (builtins.toFile "b" "text") ]

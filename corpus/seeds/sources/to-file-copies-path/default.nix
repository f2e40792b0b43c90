builtins.toFile "c" "${./t}"

builtins.toFile "c" "${builtins.toFile "a" "1"}${builtins.toFile "b" "2"}"

throw "at ${builtins.toFile "a" "1"}"

# flags: --strict --restrict-eval -I .
builtins.toFile "a" "b"

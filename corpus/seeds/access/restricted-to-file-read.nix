# flags: --strict --restrict-eval -I .
builtins.readFile (builtins.toFile "a" "b")

# flags: --strict --restrict-eval -I .
builtins.hashFile "md5" (builtins.toFile "t" "x")

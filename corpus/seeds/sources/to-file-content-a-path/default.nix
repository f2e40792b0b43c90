builtins.toFile "c" ./t

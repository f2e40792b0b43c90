builtins.toFile "c" (builtins.substring 0 1 "é")

builtins.hasContext { outPath = builtins.toFile "a" "1"; }

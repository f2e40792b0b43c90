let a = builtins.toFile "a" "1"; in builtins.hasContext (builtins.replaceStrings [ "/" ] [ "-" ] a)

let a = builtins.toFile "a" "1"; in builtins.length (builtins.attrNames (builtins.getContext (a + ./text.txt)))

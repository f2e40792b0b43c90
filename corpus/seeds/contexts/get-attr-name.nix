let a = builtins.toFile "a" "1"; in builtins.hasAttr a { }

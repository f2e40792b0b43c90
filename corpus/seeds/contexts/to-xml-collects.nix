let a = builtins.toFile "a" "1"; in builtins.getContext (builtins.toXML [ a ])

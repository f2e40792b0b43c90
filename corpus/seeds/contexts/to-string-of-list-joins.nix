let a = builtins.toFile "a" "1"; in builtins.getContext (toString [ a [ a ] 1 ])

let f = builtins.toFile "a" "text"; in [ f (builtins.hasContext f) (builtins.getContext f) ]

let a = builtins.toFile "a" "1"; in map builtins.hasContext (builtins.filter builtins.isString (builtins.split "-" a))

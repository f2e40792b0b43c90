let a = builtins.toFile "a" "1"; in map builtins.hasContext (builtins.match "(.*)-(.*)" a)

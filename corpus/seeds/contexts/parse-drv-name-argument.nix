let a = builtins.toFile "a-1" "1"; in (builtins.parseDrvName a).version

builtins.toFile "a.drv" ""

builtins.path { path = ./t; name = builtins.toFile "a" "b"; }

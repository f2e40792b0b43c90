builtins.path { path = ./text.txt; name = "a b"; }

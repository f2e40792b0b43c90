builtins.path { path = ./text.txt; recursive = false; }

builtins.path { path = ./text.txt; }

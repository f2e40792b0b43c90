builtins.path { path = ./text.txt; nope = 1; }

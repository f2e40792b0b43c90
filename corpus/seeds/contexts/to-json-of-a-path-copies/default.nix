builtins.toJSON { p = ./text.txt; }

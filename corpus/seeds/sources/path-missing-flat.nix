builtins.path { path = ./nope; recursive = false; }

builtins.path { path = ./nope; }

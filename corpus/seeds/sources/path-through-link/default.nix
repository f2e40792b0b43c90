builtins.path { path = ./k/b; }

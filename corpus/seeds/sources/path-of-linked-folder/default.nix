builtins.path { path = ./k; }

builtins.path { path = ./t; foo = 1; }

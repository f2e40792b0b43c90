builtins.path { path = ./t; name = 1; }

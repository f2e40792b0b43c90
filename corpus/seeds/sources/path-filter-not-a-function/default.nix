builtins.path { path = ./t; filter = 1; }

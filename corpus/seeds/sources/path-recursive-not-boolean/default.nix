builtins.path { path = ./t; recursive = 1; }

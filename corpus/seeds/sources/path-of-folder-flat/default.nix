builtins.path { path = ./t; recursive = false; }

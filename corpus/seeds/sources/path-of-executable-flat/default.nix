builtins.path { path = ./t/x; recursive = false; }

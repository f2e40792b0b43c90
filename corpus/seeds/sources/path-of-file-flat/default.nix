builtins.path { path = ./t/a; recursive = false; }

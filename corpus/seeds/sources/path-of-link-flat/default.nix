builtins.path { path = ./t/l; recursive = false; }

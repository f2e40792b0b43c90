builtins.path { path = ./t/a; }

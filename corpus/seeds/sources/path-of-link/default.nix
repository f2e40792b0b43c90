builtins.path { path = ./t/l; }

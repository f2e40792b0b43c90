builtins.path { path = ./t; filter = p: true; }

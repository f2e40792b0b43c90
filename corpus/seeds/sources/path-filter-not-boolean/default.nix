builtins.path { path = ./t; filter = p: t: 1; }

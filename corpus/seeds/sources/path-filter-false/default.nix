builtins.path { path = ./t; filter = p: t: false; }

builtins.path { path = ./t; filter = p: t: null; }

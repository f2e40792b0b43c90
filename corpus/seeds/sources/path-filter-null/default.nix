builtins.path { path = ./t; filter = null; }

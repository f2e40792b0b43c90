builtins.path { path = ./t; filter = p: t: true; } == builtins.path { path = ./t; }

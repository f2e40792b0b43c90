builtins.path { path = { outPath = ./t; }; }

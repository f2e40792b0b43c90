builtins.path { path = ./t; filter = builtins.elem; }

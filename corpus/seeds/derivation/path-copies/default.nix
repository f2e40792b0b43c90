builtins.path { path = ./dir; name = "copied"; }

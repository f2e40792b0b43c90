builtins.path { path = ./t; name = "other"; }

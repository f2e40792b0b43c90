builtins.path { path = ./t; name = ""; }

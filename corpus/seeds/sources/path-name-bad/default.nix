builtins.path { path = ./t; name = "a b"; }

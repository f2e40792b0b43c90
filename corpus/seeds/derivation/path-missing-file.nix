builtins.path { path = ./does-not-exist; name = "a"; }

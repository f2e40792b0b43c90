builtins.path { path = "t"; }

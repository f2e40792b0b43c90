builtins.path { foo = 1; }

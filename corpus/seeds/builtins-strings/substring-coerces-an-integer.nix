builtins.substring 0 1 123

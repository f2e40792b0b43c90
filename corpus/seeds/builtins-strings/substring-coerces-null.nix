builtins.substring 0 1 null

builtins.toJSON ./nope

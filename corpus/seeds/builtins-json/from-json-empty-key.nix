builtins.fromJSON ''{"": 1, "a b": 2}''

builtins.doesNotExist 1

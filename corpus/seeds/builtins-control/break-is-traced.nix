builtins.trace (break (1 + 1)) 1

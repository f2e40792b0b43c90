builtins.trace map 1

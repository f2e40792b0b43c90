let a = builtins.trace [ a ] 0; in a

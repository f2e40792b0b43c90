map builtins.isFloat [ 1 1.0 "1.0" ]

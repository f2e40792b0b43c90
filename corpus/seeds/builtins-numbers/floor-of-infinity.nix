builtins.floor (1.0e308 * 10)

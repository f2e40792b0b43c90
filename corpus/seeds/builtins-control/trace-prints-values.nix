builtins.trace [ 1 "a" { b = null; } ] 1

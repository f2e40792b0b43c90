# new in 2.23
builtins.warn "" 1

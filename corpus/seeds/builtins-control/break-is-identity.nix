# new in 2.9
builtins.break 1

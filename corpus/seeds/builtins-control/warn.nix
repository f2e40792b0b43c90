# new in 2.23
builtins.warn "careful" 1

builtins.tryEval (builtins.warn "careful" 1)

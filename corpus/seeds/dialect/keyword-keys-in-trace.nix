builtins.trace { "if" = 1; } 1

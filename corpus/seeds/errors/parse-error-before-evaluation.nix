builtins.trace "not evaluated" (1 +

builtins.trace "a \"quoted\"\nline" 1

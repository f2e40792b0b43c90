builtins.warn "a\rb" 0

# control characters do not reach the terminal
builtins.trace "a\rb\tc" 0

(x: x + x) (builtins.trace "once" 2)

[ (builtins.trace "first" 1) { b = builtins.trace "b" 2; a = builtins.trace "a" 3; } ]

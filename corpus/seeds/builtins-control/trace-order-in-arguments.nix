builtins.add (builtins.trace "left" 1) (builtins.trace "right" 2)

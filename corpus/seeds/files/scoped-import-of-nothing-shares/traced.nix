builtins.trace "evaluated" 1

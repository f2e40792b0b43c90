builtins.trace "evaluated" x

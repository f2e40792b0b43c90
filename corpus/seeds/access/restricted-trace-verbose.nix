# flags: --strict --restrict-eval -I .
builtins.trace "x" 1

# flags: --strict --restrict-eval -I .
builtins.isInt builtins.currentTime

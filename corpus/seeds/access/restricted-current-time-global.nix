# flags: --strict --restrict-eval -I .
builtins.isInt __currentTime

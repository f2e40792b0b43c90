# flags: --strict --restrict-eval -I .
builtins ? exec

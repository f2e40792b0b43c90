# flags: --strict --restrict-eval -I .
builtins.currentSystem

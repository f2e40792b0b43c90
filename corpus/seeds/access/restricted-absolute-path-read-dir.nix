# flags: --strict --restrict-eval -I .
builtins.readDir /etc

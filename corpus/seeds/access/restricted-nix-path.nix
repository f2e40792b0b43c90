# flags: --strict --restrict-eval -I .
builtins.nixPath

# flags: --strict --restrict-eval -I .
builtins.readFile ./d/x

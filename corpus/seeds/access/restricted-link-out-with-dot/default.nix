# flags: --strict --restrict-eval -I .
builtins.readFile ./o

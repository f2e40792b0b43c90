# flags: --strict --restrict-eval -I ./d
builtins.readFile ./o

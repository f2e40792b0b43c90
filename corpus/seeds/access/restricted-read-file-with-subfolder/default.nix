# flags: --strict --restrict-eval -I ./d
builtins.readFile ./d/x

# flags: --strict --restrict-eval -I ./d
builtins.readDir ./d

# flags: --strict --restrict-eval -I foo=./d
builtins.readFile ./d/x

# flags: --strict --restrict-eval -I foo=./d
builtins.readDir ./d

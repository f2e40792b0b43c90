# flags: --strict --restrict-eval -I .
builtins.pathExists /nope/nope

# flags: --strict --restrict-eval -I .
builtins.tryEval <nope>

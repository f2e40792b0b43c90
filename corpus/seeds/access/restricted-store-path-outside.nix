# flags: --strict --restrict-eval -I .
builtins.storePath /etc

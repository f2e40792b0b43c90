# flags: --strict --restrict-eval -I .
builtins.tryEval (builtins.readFile /etc/passwd)

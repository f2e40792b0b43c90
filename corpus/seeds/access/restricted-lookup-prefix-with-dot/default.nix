# flags: --strict --restrict-eval -I .
builtins.readFile <foo/x>

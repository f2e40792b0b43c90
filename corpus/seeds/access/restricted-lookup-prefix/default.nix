# flags: --strict --restrict-eval 
builtins.readFile <foo/x>

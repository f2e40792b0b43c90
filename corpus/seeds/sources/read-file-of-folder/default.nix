builtins.readFile ./t

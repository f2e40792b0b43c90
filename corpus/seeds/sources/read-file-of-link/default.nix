builtins.readFile ./t/l

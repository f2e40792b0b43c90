builtins.readFile ./sub

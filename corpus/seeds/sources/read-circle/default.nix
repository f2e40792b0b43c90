builtins.readFile ./k

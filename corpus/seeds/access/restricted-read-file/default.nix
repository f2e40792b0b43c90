# flags: --strict --restrict-eval 
builtins.readFile ./d/x

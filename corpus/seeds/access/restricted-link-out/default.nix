# flags: --strict --restrict-eval 
builtins.readFile ./o

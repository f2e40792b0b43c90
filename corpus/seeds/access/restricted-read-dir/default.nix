# flags: --strict --restrict-eval 
builtins.readDir ./d

{ x = builtins.readDir ./link; }

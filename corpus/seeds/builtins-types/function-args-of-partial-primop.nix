builtins.functionArgs (map (x: x))

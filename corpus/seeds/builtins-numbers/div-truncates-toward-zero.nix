map (x: builtins.div x 3) [ 7 (-7) 8 (-8) 2 (-2) ]

let l = map (x: builtins.trace l 1) [ 1 2 ]; in builtins.head l

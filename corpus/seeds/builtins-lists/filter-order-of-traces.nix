builtins.filter (x: builtins.trace x true) [ 1 2 3 ]

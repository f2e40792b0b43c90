builtins.sort (a: builtins.lessThan a) [ 2 1 ]

# flags: --eval
builtins.filter (x: x > 1) [ 1 (1 + 1) ]

builtins.sort (a: b: let m = a * 3 + b; in m - m / 2 * 2 == 0) [ 1 2 3 4 ]

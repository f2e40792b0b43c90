# shows the algorithm; another one from 2.30 on
builtins.sort (a: b: let m = a * 7 + b * 3; in m - m / 5 * 5 < 2) [ 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 ]

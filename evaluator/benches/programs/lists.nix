# Builtins on lists with small functions.
let
  inherit (builtins) all any concatMap elem elemAt filter foldl' genList head length map tail;
  numbers = genList (x: x) 100000;
  even = n: n - (n / 2) * 2 == 0;
  groups = builtins.groupBy or (f: l: { a = filter even l; b = filter (n: !even n) l; });
in
[
  (foldl' (a: b: a + b) 0 (map (x: x * 3) (filter even numbers)))
  (length (concatMap (x: [ x (x + 1) ]) numbers))
  (all (x: x >= 0) numbers)
  (any (x: x > 99998) numbers)
  (elem 99999 numbers)
  (length (groups (n: if even n then "a" else "b") numbers).a)
  (foldl' (sum: i: sum + elemAt numbers (i * 7)) 0 (genList (x: x) 14000))
]

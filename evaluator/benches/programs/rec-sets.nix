# Recursive sets, inherited names and lets within functions.
let
  make = n: rec {
    inherit n;
    square = n * n;
    twice = square + square;
    sum = let a = twice; b = square; in a + b + inner.value;
    inner = rec { value = other + n; other = 2; };
  };
in
builtins.foldl' (sum: n: sum + (make n).sum) 0 (builtins.genList (x: x) 100000)

# A sort of 200,000 integers with a lambda as the comparator.
let
  numbers = builtins.genList (i: i * 7919 - (i * 7919 / 100003) * 100003) 200000;
  sorted = builtins.sort (a: b: a < b) numbers;
in
builtins.elemAt sorted 1000 + builtins.length sorted

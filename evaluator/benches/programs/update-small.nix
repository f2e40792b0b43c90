# Small sets over a large one.
let
  large = builtins.listToAttrs (builtins.genList (i: { name = "key${toString i}"; value = i; }) 1000);
  step = sum: i: sum + (large // { key5 = i; other = 1; }).key5;
in
builtins.foldl' step 0 (builtins.genList (x: x) 50000)

# A list that grows by one element with each step, and lists that are walked by `tail`.
let
  grow = builtins.foldl' (list: i: list ++ [ i ]) [ ] (builtins.genList (x: x) 4000);
  sum = list: if list == [ ] then 0 else builtins.head list + sum (builtins.tail list);
in
builtins.length grow + sum (builtins.genList (x: x) 2000)

# A long chain of calls of builtins whose results are such calls.
let
  chain = n: builtins.foldl' (list: _: map builtins.head [ list ]) [ 1 ] (builtins.genList (x: x) n);
in
map (n: builtins.head (chain n)) [ 1 7 8 9 10 100 2000 ]

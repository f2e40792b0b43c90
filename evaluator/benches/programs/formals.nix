# Functions that take sets: required, optional, with an ellipsis and a name.
let
  f = { a, b ? a + 1, c ? 3, ... }@all: a + b + c + (all.d or 0);
  g = { x, y ? 2 }: x + y;
in
builtins.foldl' (sum: n: sum + f { a = n; d = 4; } + f { a = n; b = 2; } + g { x = n; }) 0
  (builtins.genList (x: x) 150000)

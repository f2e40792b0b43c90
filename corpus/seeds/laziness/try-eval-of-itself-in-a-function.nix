let
  f = x: builtins.tryEval x;
  a = if true then f (a.value or 3) else null;
in
a

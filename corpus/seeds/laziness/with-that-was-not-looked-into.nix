let
  s = { a = 0; };
in
with { b = 1; }; with { c = 2; };
[
  (builtins.seq s (with s; builtins.trace [ a ] 1))
  (builtins.seq c (builtins.trace [ b c ] 2))
  (builtins.seq b (builtins.trace [ b c ] 3))
]

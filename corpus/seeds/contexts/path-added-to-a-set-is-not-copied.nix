let
  set = { outPath = "x"; };
  called = { __toString = self: "x"; };
in
map (sum: [ sum (builtins.getContext sum) (baseNameOf sum) ]) [
  (set + /nope)
  (called + /nope)
  ({ outPath = /nope; } + /nope)
]

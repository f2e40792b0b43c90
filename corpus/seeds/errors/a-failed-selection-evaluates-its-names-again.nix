# To show them in its line of trace: what they trace comes twice.
let
  set.a.b = throw "deep";
  say = builtins.trace;
  names.first = "a";
in
[
  (builtins.tryEval set.${builtins.trace { } "a"}.${say 1.0 "b"}).success
  (builtins.tryEval { a = throw "here"; }.${"${say [ ] "a"}"}).success
  (builtins.tryEval { a = throw "here"; }.${say 1 (say 2 names.${say 3 "first"})}).success
  (builtins.tryEval (set.${say "or" "a"}.b or 1)).success
  { a = 1; }.${say "last" "a"}.b
]

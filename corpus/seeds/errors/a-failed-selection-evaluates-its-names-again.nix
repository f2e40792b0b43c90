# To show them in its line of trace: what they trace comes twice.
let
  set.a.b = throw "deep";
  say = builtins.trace;
in
[
  (builtins.tryEval set.${builtins.trace { } "a"}.${say 1.0 "b"}).success
  (builtins.tryEval { a = throw "here"; }.${"${say [ ] "a"}"}).success
  { a = 1; }.${say "last" "a"}.b
]

map builtins.isAttrs [ { } [ ] (x: x) { __functor = x: x; } ]

# a functor set is not a function
map builtins.isFunction [ (x: x) map (map (x: x)) { __functor = x: x; } 1 ]

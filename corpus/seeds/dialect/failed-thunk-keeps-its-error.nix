# 2.34 does not evaluate it again
let x = builtins.trace "evaluated" (throw "x"); in map (y: (builtins.tryEval y).success) [ x x x ]

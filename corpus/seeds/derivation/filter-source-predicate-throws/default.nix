(builtins.tryEval (builtins.filterSource (p: t: throw "x") ./dir)).success

(builtins.tryEval (builtins.path { path = ./t; filter = p: t: throw "x"; })).success

builtins.path { path = ./t/a; filter = p: t: throw "called"; }

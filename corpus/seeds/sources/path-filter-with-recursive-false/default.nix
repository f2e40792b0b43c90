builtins.path { path = ./t/a; recursive = false; filter = p: t: throw "called"; }

builtins.path { path = ./t; filter = { __functor = s: p: t: t == "regular"; }; }

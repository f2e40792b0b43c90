builtins.path { path = ./t; name = throw "n"; }

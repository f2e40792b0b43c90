builtins.path { path = ./t; filter = p: t: t != "symlink" && baseNameOf p != "b"; }

builtins.path { path = ./k; filter = p: t: builtins.trace (baseNameOf (dirOf p)) true; }

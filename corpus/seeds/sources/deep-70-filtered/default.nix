builtins.path { path = ./d; filter = p: t: builtins.stringLength (baseNameOf p) == 1; }

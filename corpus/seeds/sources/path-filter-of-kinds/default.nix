builtins.path { path = ./t; filter = p: t: builtins.trace "${baseNameOf p} ${t}" true; }

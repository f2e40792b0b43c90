builtins.tryEval { ${"a" + ""} = 1; a = 2; }

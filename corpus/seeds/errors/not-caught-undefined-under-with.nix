builtins.tryEval (with { }; undefined-here)

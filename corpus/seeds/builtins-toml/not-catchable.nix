builtins.tryEval (builtins.fromTOML "=")

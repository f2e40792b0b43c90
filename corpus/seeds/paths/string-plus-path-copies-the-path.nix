builtins.tryEval (builtins.typeOf ("x" + /nonexistent-twinix))

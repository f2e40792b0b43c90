builtins.tryEval (import /nonexistent-twinix)

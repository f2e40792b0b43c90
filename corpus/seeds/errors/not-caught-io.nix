builtins.tryEval (builtins.readFile /nonexistent-twinix)

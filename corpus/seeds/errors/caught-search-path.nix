builtins.tryEval <twinix-nonexistent>

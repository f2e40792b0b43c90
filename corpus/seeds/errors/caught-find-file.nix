builtins.tryEval (builtins.findFile [ ] "twinix-nonexistent")

builtins.tryEval (import ./broken.nix)

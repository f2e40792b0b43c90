builtins.tryEval (import ./throws.nix)

builtins.baseNameOf (import ./k.nix)

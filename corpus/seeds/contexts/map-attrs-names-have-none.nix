builtins.mapAttrs (n: v: builtins.hasContext n) (builtins.getContext (builtins.toFile "a" "1"))

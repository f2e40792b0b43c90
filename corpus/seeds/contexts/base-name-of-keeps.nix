builtins.getContext (baseNameOf (builtins.toFile "a" "1"))

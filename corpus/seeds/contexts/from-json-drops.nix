let a = builtins.toFile "a" "1"; in builtins.tryEval (builtins.hasContext (builtins.fromJSON (builtins.toJSON a)))

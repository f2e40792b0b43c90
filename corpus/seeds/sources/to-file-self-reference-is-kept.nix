builtins.toFile "c" (builtins.unsafeDiscardStringContext (builtins.toFile "a" "1"))

builtins.hasContext (builtins.unsafeDiscardStringContext { outPath = builtins.toFile "a" "1"; })

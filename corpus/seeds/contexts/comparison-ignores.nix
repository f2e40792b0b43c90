let a = builtins.toFile "a" "1"; in [ (a < "/z") (a <= builtins.unsafeDiscardStringContext a) ]

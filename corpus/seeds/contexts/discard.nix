let a = builtins.toFile "a" "1"; d = builtins.unsafeDiscardStringContext a; in [ (builtins.hasContext d) (d == a) ]

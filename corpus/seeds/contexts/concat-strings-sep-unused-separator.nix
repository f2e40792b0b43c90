let b = builtins.toFile "b" "2"; in builtins.hasContext (builtins.concatStringsSep b [ "x" ])

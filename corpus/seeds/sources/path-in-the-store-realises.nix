builtins.path { path = "/" + builtins.substring 1 100 "${builtins.toFile "a" "b"}/c"; name = "x"; }

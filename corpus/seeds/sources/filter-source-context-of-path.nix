builtins.filterSource (p: t: true) "${builtins.toFile "a" "b"}"

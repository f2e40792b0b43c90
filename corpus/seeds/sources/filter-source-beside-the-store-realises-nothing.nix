# The context of a path matters only in the store, since 2.26.
builtins.filterSource (path: type: true) ("/nonexistent" + builtins.toFile "a" "b")

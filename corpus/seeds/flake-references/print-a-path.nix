# features: flakes
builtins.flakeRefToString { type = "path"; path = "/a b/c%d"; revCount = 1; lastModified = 2; dir = "z"; }

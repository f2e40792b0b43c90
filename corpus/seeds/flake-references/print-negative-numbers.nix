# features: flakes
builtins.flakeRefToString { type = "path"; path = "/a"; revCount = -1; }

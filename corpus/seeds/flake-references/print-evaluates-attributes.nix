# features: flakes
builtins.flakeRefToString { type = "path"; path = "/" + "a"; }

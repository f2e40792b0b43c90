# features: flakes
builtins.flakeRefToString { type = "git"; url = "h:a/b"; }

# features: flakes
builtins.flakeRefToString { type = "git"; url = "git+https://h/x"; }

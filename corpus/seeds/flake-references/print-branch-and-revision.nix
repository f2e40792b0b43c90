# features: flakes
builtins.flakeRefToString { type = "git"; url = "https://h/x"; ref = "-x"; }

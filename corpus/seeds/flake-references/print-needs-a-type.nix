# features: flakes
builtins.flakeRefToString { id = "a"; }

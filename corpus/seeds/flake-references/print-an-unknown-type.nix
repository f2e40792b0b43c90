# features: flakes
builtins.flakeRefToString { type = "x"; }

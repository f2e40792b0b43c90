# features: flakes
builtins.flakeRefToString { type = "indirect"; id = "a"; x = 1; }

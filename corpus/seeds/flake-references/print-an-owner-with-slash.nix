# features: flakes
builtins.flakeRefToString { type = "github"; owner = "o/p"; repo = "r"; }

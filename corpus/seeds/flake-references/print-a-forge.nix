# features: flakes
builtins.flakeRefToString { type = "github"; owner = "o"; repo = "r"; ref = "b"; host = "h"; dir = "d"; }

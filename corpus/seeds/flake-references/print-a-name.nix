# features: flakes
builtins.flakeRefToString { type = "indirect"; id = "a"; ref = "b"; rev = "0123456789012345678901234567890123456789"; }

builtins.fetchurl { url = "file:///nonexistent-twinix"; nope = 1; }

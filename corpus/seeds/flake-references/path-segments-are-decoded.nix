# features: flakes
builtins.parseFlakeRef "path:/a%20b"

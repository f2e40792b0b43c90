# features: flakes
builtins.parseFlakeRef "path:/a?foo=1"

# features: flakes
builtins.parseFlakeRef "path:/a?revCount=x"

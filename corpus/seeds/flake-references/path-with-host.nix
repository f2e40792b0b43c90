# features: flakes
builtins.parseFlakeRef "path://host/x"

# features: flakes
builtins.parseFlakeRef "path:/a%2fb"

# features: flakes
builtins.parseFlakeRef "https://h/x?a=1&a=2"

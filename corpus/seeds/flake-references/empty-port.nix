# features: flakes
builtins.parseFlakeRef "https://h:/x"

# features: flakes
builtins.parseFlakeRef "HTTPS://h/x"

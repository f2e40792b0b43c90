# features: flakes
builtins.parseFlakeRef "git+https://h/x?ref=a..b"

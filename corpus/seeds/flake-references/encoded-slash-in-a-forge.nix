# features: flakes
builtins.parseFlakeRef "gitlab:g%2Fs/r"

# features: flakes
builtins.parseFlakeRef "git:/a"

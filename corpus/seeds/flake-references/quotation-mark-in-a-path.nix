# features: flakes
builtins.parseFlakeRef "https://h/x'y\"z"

# features: flakes
builtins.parseFlakeRef "https://h:99999/x"

# features: flakes
builtins.parseFlakeRef "https://h/x?a=b[c]"

# features: flakes
builtins.parseFlakeRef "https://h/x?a%20b=c"

# features: flakes
builtins.parseFlakeRef "https://h/x?a=%zz"

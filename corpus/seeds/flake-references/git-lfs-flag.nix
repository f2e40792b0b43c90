# features: flakes
builtins.parseFlakeRef "git+https://h/x?lfs=1"

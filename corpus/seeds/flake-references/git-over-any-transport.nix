# features: flakes
builtins.parseFlakeRef "git+foo://h/x"

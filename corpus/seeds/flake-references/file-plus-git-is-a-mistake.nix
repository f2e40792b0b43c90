# features: flakes
builtins.parseFlakeRef "file+git:///x"

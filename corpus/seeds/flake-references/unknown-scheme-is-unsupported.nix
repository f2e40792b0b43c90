# features: flakes
builtins.parseFlakeRef "foo:bar"

# features: flakes
builtins.parseFlakeRef "nixpkgs#hello"

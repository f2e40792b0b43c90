# features: flakes
builtins.fetchTree { }

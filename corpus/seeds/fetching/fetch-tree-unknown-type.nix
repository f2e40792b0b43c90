# features: flakes
builtins.fetchTree { type = "foo"; }

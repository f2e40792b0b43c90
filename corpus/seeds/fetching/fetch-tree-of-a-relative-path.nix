# features: flakes
builtins.fetchTree { type = "path"; path = "x"; }

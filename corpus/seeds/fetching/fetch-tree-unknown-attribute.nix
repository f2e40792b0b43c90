# features: flakes
builtins.fetchTree { type = "path"; path = "/nowhere"; foo = 1; }

# features: flakes
builtins.fetchTree { type = "path"; path = "/nowhere"; name = "x"; }

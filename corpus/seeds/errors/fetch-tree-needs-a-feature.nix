builtins.fetchTree { type = "nope"; }

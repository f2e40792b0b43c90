# features: flakes
builtins.fetchTree { type = "tarball"; url = "file:///nowhere/x.tar"; revCount = -1; foo = 1; }

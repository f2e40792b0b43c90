# features: flakes fetch-tree
fetchTree { type = "tarball"; url = "https://[zz]/x"; }

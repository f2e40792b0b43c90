# features: fetch-tree
builtins ? fetchTree

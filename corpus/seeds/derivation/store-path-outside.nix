builtins.storePath "/a"

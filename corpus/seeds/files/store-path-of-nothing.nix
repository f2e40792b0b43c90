builtins.storePath ./missing

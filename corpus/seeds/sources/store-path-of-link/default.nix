builtins.storePath ./l

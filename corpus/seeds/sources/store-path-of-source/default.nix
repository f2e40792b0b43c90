builtins.storePath ./t

builtins.path ./t

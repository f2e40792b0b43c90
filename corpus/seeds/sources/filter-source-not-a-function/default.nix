builtins.filterSource 1 ./t

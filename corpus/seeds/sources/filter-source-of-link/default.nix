builtins.filterSource (p: t: true) ./k

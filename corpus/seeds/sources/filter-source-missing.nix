builtins.filterSource (p: t: true) ./nope

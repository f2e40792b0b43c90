builtins.filterSource (p: t: t != "symlink") ./t

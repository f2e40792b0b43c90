builtins.filterSource (p: t: false) ./t/a

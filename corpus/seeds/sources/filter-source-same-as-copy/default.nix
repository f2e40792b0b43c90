builtins.filterSource (p: t: true) ./t == "${./t}"

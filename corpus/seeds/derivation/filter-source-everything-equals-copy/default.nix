builtins.filterSource (p: t: true) ./dir == "${./dir}"

builtins.filterSource (p: t: true) (toString ./t)

builtins.filterSource (p: t: "x") ./t

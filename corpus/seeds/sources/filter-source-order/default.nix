builtins.filterSource (p: t: builtins.trace (baseNameOf p) true) ./t

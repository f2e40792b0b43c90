# a folder that is refused is not descended into
builtins.filterSource (p: t: builtins.trace (baseNameOf p) (t != "directory")) ./dir

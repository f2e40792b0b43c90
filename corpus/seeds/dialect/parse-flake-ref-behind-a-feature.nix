# features: flakes
[ (builtins ? parseFlakeRef) (builtins ? flakeRefToString) ]

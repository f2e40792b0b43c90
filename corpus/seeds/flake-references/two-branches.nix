# features: flakes
builtins.parseFlakeRef "github:o/r/x?ref=y"

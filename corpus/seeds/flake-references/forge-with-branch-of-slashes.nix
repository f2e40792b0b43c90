# features: flakes
builtins.parseFlakeRef "github:o/r/a/b/c"

# features: flakes
builtins.parseFlakeRef "github:o/r?rev=abc"

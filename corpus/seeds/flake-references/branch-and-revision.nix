# features: flakes
builtins.parseFlakeRef "github:o/r/x?rev=0123456789012345678901234567890123456789"

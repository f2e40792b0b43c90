{ A = 0 0; maxSize = builtins.trace 0 0; }

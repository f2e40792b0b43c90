let f = x: builtins.trace "each" x; in f 1 + f 1

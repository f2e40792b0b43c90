let v = { a = [ 1 2.5 null { b = "é\n"; } ]; }; in builtins.fromJSON (builtins.toJSON v) == v

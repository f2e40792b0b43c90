let a = [ (builtins.intersectAttrs { b = 0; } { c = 0; }) { } ]; in builtins.deepSeq a (builtins.trace a 0)

let p = x: break (x == 1); in [ (builtins.filter p [ 1 2 ]) (builtins.all p [ 1 2 ]) (builtins.any p [ 2 1 ]) (builtins.partition p [ 1 2 ]) (builtins.concatMap (x: break [ x ]) [ 1 2 ]) ]

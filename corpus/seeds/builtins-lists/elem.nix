[ (builtins.elem 1 [ 2 1 ]) (builtins.elem 1 [ ]) (builtins.elem 1.0 [ 1 ]) (builtins.elem [ 1 ] [ [ 1 ] ]) ]

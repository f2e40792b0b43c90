[ (1.0 + 1) (builtins.typeOf (1.0 + 1)) ]

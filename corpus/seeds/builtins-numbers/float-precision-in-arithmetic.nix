[ (0.1 + 0.2 == 0.3) (builtins.toJSON (0.1 + 0.2)) (toString (0.1 + 0.2)) ]

builtins.stringLength (builtins.toJSON (builtins.foldl' (a: i: [ a ]) [ ] (builtins.genList (i: i) 12000)))

builtins.stringLength (builtins.toXML (builtins.foldl' (a: i: [ a ]) [ ] (builtins.genList (i: i) 300)))

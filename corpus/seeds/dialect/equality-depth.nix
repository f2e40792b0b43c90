let deep = builtins.foldl' (a: i: [ a ]) [ ]; l = builtins.genList (i: i) 12000; in deep l == deep l

let nested = builtins.foldl' (a: _: [ a ]) [ ] (builtins.genList (i: i) 9998); in toString nested

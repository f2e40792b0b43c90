builtins.foldl' (a: i: { x = a; }) { } (builtins.genList (i: i) 400)

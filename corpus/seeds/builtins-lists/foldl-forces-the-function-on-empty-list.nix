builtins.foldl' (throw "not called") 1 [ ]

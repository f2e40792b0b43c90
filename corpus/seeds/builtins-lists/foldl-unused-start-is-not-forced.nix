builtins.foldl' (a: b: b) (throw "start") [ 1 ]

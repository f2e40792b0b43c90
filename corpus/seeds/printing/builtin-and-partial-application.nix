[ map (map (x: x)) (builtins.add 1) builtins.trace ]

builtins.sort (throw "not called") [ 1 ]

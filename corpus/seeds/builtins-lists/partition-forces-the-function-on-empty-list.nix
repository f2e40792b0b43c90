builtins.partition (throw "not called") [ ]

builtins.groupBy (throw "not called") [ ]

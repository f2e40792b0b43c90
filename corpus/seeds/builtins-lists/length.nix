[ (builtins.length [ ]) (builtins.length [ (throw "a") ]) ]

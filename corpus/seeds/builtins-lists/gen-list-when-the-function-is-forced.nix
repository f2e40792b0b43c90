builtins.length (builtins.genList (throw "function") 3)

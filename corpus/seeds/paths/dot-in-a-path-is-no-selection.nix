let a.b = 1; in [ (builtins.typeOf ./a.b) (baseNameOf ./a.b) ]

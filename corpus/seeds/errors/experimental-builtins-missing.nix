[ (builtins ? outputOf) (builtins ? fetchClosure) (builtins ? fetchTree) ]

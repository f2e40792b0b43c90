[ (builtins.add == builtins.add) (map == map) (builtins.add 1 == builtins.add 1) ]

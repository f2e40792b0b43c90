let
  l = [ l ];
  m = [ m ] ++ [ 1 ];
  s = { b = 1; a = s; };
in
builtins.trace l (builtins.trace m (builtins.trace s (builtins.trace [ l m s ] 0)))

let s = builtins.mapAttrs (n: v: { inherit n; ${throw "q"} = 2; }) { x = 1; }; in [ (builtins.tryEval s.x) s.x ]

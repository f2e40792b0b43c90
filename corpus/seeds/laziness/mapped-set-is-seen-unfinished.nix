let s = builtins.mapAttrs (n: v: { a = 1; ${s.x.b or "c"} = 2; }) { x = 1; }; in s

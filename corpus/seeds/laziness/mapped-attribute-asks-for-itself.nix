let s = builtins.mapAttrs (n: v: s.a) { a = 1; }; in s.a

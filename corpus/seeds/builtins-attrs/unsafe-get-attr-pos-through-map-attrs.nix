let p = builtins.unsafeGetAttrPos "a" (builtins.mapAttrs (n: v: v) { a = 1; }); in if p == null then null else p.column

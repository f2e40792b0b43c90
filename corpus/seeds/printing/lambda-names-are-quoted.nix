builtins.trace { "\\a" = { x }: 1; "in" = x: x; "b c" = x: x; }."\\a" (builtins.trace { "in" = x: x; }."in" (builtins.trace { "b c" = x: x; }."b c" (1 + { "d e" = x: x; }."d e")))

# zipAttrsWith is new in 2.6
builtins.zipAttrsWith (n: vs: [ n vs ]) [ { a = 1; b = 2; } { } { a = 3; c = 4; } ]

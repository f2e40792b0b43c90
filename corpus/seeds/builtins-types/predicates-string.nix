map builtins.isString [ "a" /a a:b { outPath = "x"; } ]

let s = builtins.zipAttrsWith (n: vs: s.a) [ { a = 1; } ]; in s

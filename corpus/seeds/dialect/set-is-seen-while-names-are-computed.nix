let s = { a = 1; ${toString (builtins.attrNames s)} = 2; ${toString (builtins.attrNames s)} = 3; }; in s

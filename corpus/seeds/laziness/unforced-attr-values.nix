# flags: --eval
builtins.attrValues { a = 1 + 1; b = 2; }

# flags: --eval
builtins.genList (x: x) 3

# flags: --eval
builtins.sort builtins.lessThan [ (1 + 1) 1 ]

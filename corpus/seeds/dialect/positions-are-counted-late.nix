# flags: --eval
builtins.trace __curPos (builtins.unsafeGetAttrPos "a" { a = 1; })

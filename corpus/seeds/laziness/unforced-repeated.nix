# flags: --eval
let s = { a = 1; }; in builtins.seq s [ s s ]

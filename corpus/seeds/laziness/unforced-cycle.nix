# flags: --eval
let s = { a = s; }; in s

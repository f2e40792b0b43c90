# the first set decides whether the result is recursive
let b = 10; in { a = { c = 1; }; a = rec { b = 5; d = b; }; }

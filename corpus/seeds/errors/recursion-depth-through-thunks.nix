# forcing thunks does not count as calls, so the native stack is the limit
let f = n: { a = 1 + (f (n + 1)).a; }; in (f 0).a

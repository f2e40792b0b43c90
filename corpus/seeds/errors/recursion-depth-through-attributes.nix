# flags: --strict --option max-call-depth 200
let f = n: { a = 1 + (f (n + 1)).a; }; in (f 0).a

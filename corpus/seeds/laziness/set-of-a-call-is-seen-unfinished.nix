let f = y: { a = 1; ${x.b or "c"} = 2; }; x = f 1; in x

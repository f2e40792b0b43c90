let f = y: { z, ... }: { a = 1; ${x.b or "c"} = z; }; x = f 1 { z = 3; }; in x

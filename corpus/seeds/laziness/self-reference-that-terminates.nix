let s = { a = s.b; b = 1; c = s; }; in s.c.c.a

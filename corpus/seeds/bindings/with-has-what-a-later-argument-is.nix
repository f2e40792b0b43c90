with { a = b: b; c = 2; }; (b: a) 0 c

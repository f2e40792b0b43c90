with { a = 1; }; let b = a; a = 5; in b

let f = x: x + y; y = f 1; in y

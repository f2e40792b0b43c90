let f = g: x: g (g x); in f (f (n: n * 2)) 1

let f = { __functor = s: x: s.k * x; k = 2; }; in [ (f 5) ((f // { k = 3; }) 5) ]

let f = x: if x == 49 then "a" else "${f (x + 1)}"; in [ (f 1) ] < [ "a" ]

let f = x: if x == 48 then "a" else "${f (x + 1)}"; in [ (f 1) ] < [ "a" ]

let f = x: if x == 47 then "a" else "${f (x + 1)}"; in [ [ { type = f 1; } ] ] == [ [ { type = "a"; } ] ]

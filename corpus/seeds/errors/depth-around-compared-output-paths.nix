let f = x: if x == 47 then "a" else "${f (x + 1)}"; in [ [ { type = "derivation"; outPath = f 1; } ] ] == [ [ { type = "derivation"; outPath = "a"; b = 1; } ] ]

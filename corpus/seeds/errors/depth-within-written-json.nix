let f = x: if x == 46 then "a" else "${f (x + 1)}"; in builtins.toJSON [ [ { outPath = f 1; } ] ]

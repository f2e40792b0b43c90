let f = x: if x == 9997 then "a" else "${f (x + 1)}"; in builtins.toJSON [ [ { outPath = f 1; } ] ]

let f = x: if x == 46 then "a" else "${f (x + 1)}"; in builtins.toXML [ [ { type = "derivation"; outPath = f 1; drvPath = "a"; } ] ]

(builtins.zipAttrsWith (n: vs: if n == "a" then builtins.length vs else throw "other") [ { a = throw "v"; b = 1; } { a = 2; } ]).a

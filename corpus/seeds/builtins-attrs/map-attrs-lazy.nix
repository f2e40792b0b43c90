(builtins.mapAttrs (n: v: if n == "a" then 1 else throw "other") { a = 1; b = 2; }).a

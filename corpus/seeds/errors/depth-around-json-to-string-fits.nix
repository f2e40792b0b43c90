let f = x: if x == 45 then "a" else "${f (x + 1)}"; in builtins.toJSON [ [ { __toString = self: f 1; } ] ]

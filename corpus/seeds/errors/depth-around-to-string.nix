let f = x: if x == 46 then "a" else "${f (x + 1)}"; in toString [ [ { __toString = self: f 1; } ] ]

let f = x: if x == 45 then "a" else "${f (x + 1)}"; in toString [ [ { __toString = self: f 1; } ] ]

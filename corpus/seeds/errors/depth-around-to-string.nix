let f = x: if x == 9997 then "a" else "${f (x + 1)}"; in toString [ [ { __toString = self: f 1; } ] ]

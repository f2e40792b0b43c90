let a = b: if b == 9997 then 0 else a (b + 1); in [ [ { c = a 1; } ] ]

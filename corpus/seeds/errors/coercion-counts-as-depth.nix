let f = x: if x == 4000 then "a" else toString (f (x + 1)); in f 1

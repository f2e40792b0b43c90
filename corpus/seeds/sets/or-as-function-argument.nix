# `f or` applies f to the variable named or
let or = 1; f = x: x + 1; in [ (f or) ]

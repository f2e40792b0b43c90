# `1e3` is the integer 1 applied to a variable e3
let e3 = 7; in [ 1e3 ]

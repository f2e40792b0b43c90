# the very same list or set value may be compared by identity
let s = { f = x: x; }; l = [ (x: x) ]; in [ (s == s) (l == l) ]

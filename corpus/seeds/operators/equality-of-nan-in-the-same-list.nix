# the same list value is equal to itself without a look inside
let inf = 1.0e308 * 10; l = [ (inf - inf) ]; in [ (l == l) (l == [ (inf - inf) ]) ]

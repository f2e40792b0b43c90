# once for each name in 2.3 and 2.8, once for all later
let inherit (builtins.trace "source" { a = 1; b = 2; }) a b; in a + b

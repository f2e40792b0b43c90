# how many bytes a value takes in 2.3
let s = { a = 1; b = "x"; c = null; }; l = [ 1 2 3 1.5 ]; p = builtins.add 1; in builtins.deepSeq [ s l p ] [ (builtins.valueSize 1) (builtins.valueSize "abc") (builtins.valueSize s) (builtins.valueSize l) (builtins.valueSize p) ]

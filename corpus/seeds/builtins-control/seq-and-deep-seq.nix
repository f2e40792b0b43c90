[ (builtins.seq 1 2) (builtins.deepSeq [ 1 ] 3) (builtins.seq (x: throw "body") 4) ]

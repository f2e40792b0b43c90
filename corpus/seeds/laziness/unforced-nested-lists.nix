# flags: --eval
[ [ 1 2 ] [ (1 + 1) ] ]

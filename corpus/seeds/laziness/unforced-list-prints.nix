# flags: --eval
[ (1 + 1) 2 "s" [ ] { } (x: x) ]

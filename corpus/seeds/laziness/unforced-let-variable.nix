# flags: --eval
let x = 1 + 1; y = 5; in [ x y ]

# flags: --eval
let x = [ (1 + 1) (2 + 2) ]; in builtins.seq (builtins.head x) x

# flags: --strict --option max-call-depth 50
let f = n: if n == 0 then 0 else builtins.foldl' (a: b: 1 + f (n - 1)) 0 [ 1 ]; in f 20

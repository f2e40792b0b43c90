let s = builtins.trace "s" { a = let x = 1; in [ x (y: x) ]; b = 2; c = 3; }; in let inherit (builtins.seq s (let z = s; f = y: z; in f 1)) a b c; in [ (builtins.head a) b c ]

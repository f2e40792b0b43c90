let f = x: if x == 4900 then true else builtins.elem true [ (f (x + 1)) ]; in f 1

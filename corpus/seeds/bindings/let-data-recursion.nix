let l = [ 1 l ]; in builtins.elemAt (builtins.elemAt l 1) 0

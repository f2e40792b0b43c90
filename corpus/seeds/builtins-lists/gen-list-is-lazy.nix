builtins.elemAt (builtins.genList (x: if x == 1 then 5 else throw "other") 3) 1

# an undefined variable in 2.3 and 2.8, infinite recursion later
let s = with s; { ${k} = 1; }; k2 = 1; in s

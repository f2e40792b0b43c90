let s = with s; { ${k} = 1; }; in s

# flags: --eval
[ true null 1.5 (-1) builtins.length map ]

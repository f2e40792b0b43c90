builtins.sort builtins.lessThan (builtins.genList (i: let n = i * 7919; in n - (n / 101) * 101) 40)

[ (4 - break (1 + 1)) (break [ 1 ] ++ break [ 2 ]) (break (1 + 1) == 2) "${break ("a" + "b")}" (builtins.add 1 (break (1 + 1))) ]

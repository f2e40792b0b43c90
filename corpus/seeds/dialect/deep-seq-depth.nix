# counts in max-call-depth from 2.33 on
builtins.deepSeq (builtins.foldl' (a: i: [ a ]) [ ] (builtins.genList (i: i) 12000)) 1

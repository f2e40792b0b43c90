# 10000 nested lists are as deep as 2.34 goes within a call
let nested = builtins.foldl' (a: _: [ a ]) [ ] (builtins.genList (i: i) 9999); in builtins.deepSeq nested "done"

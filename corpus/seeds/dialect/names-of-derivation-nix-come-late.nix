# 2.3 and 2.8 force attributes in the order of their names in memory: `x` is in derivation.nix.
[
  (builtins.tryEval (builtins.deepSeq { x = throw "x"; zz = 1 + builtins.trace "zz" 1; } 1))
  (builtins.tryEval (builtins.deepSeq { x = builtins.trace "x" 1; yy = throw "yy"; } 1))
  (builtins.tryEval (builtins.deepSeq { strict = builtins.trace "strict" 1; vv = throw "vv"; } 1))
]

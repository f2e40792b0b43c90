[ (builtins.warn "\t" 1) (builtins.tryEval (throw "a
")) (builtins.warn "a
" 2) (throw "
 b") ]

[ (builtins.addErrorContext "context" 1) (builtins.tryEval (builtins.addErrorContext "context" (throw "x"))).success ]

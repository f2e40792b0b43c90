# features: dynamic-derivations ca-derivations
builtins.outputOf (builtins.toFile "a" "b") "out"

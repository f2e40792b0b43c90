# features: dynamic-derivations ca-derivations
builtins.outputOf "x" "out"

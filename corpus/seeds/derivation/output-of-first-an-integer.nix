# features: dynamic-derivations ca-derivations
builtins.outputOf 1 "out"

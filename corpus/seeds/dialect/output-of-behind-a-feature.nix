# features: dynamic-derivations
builtins ? outputOf

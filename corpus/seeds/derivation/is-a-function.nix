[ (builtins.typeOf derivation) (builtins.functionArgs derivation) (builtins.isFunction derivationStrict) ]

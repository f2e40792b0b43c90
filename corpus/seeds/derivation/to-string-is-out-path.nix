let d = derivation { name = "n"; system = "s"; builder = "b"; }; in [ (toString d == d.outPath) ("${d}" == d.outPath) (builtins.toJSON d) ]

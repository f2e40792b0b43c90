let d = derivation { name = "n"; system = "s"; builder = "b"; }; in [ (builtins.getContext "${d}") (builtins.getContext d.drvPath) ]

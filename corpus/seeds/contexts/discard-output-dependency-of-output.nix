let d = derivation { name = "n"; system = "s"; builder = "b"; }; in builtins.getContext (builtins.unsafeDiscardOutputDependency d.outPath)

let d = derivation { name = "n"; system = "s"; builder = "b"; }; in builtins.getContext (builtins.addDrvOutputDependencies (builtins.unsafeDiscardOutputDependency d.drvPath))

let d = derivation { name = "n"; system = "s"; builder = "b"; }; in builtins.addDrvOutputDependencies d.drvPath == d.drvPath

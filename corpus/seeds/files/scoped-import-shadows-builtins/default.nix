builtins.scopedImport { map = "shadowed"; true = 0; } ./uses.nix

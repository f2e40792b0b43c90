builtins.scopedImport { x = 1; } ./uses-x.nix

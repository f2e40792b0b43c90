builtins.scopedImport { x = 1; } ./outer.nix

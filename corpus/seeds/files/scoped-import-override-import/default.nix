let overrides = { import = p: builtins.scopedImport overrides p; x = 5; }; in builtins.scopedImport overrides ./outer.nix

builtins.scopedImport 1 ./v.nix

map (x: builtins.scopedImport { inherit x; } ./uses-x.nix) [ 1 2 ]

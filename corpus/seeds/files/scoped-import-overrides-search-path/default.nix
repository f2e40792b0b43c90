builtins.scopedImport { __nixPath = [ { prefix = "p"; path = ./sub; } ]; } ./uses.nix

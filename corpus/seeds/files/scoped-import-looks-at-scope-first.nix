# the scope is looked at before the file
builtins.scopedImport 0 ./nothing-here.nix

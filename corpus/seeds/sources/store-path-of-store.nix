builtins.storePath /nix/store

builtins.storePath "/nix/store/eaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x"
